"""The reference: what the same two things take in bare Django, on the same tables, without anything around them."""
