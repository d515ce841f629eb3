"""The demonstration: what an installation may look like after some months, told with invented letters, organizations and people.

Every step goes through the product's own services, at the moment at which it would have happened.
"""
