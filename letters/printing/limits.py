"""How much one process that prints may take."""

import resource

ADDRESS_SPACE = 1_500_000_000  # bytes; one letter takes about 100 MB


def limit_resources() -> None:
    """Keep this process within the memory that one letter may take; meant for the start of a worker's child."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = ADDRESS_SPACE if hard == resource.RLIM_INFINITY else min(ADDRESS_SPACE, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
