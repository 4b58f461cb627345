"""Is the answer the one that the examples and schemas promise?"""
