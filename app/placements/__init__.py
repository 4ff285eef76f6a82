"""A proposed triple, from birth to contract: the clover."""
