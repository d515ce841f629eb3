"""Verifies electronic signatures of Kazakhstan (EDS, ЭЦП): no table, no network, and one sentence for each way to fail.

`verify.verify` is the door; `errors.py` holds the sentences, `trust.py` what the operator has installed.
"""
