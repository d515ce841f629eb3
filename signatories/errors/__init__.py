"""How the second floor says no: a room for each kind of refusal."""
