"""What machines find out about a domain: asked of real DNS and web servers, without any table, within limits, and never an exception.

`proof.check_dns` and `proof.check_file` are the two questions; each answers with a `Finding`.
"""
