"""Finding evidence: the product's search beside peers, and how far its relevance can be relied on."""
