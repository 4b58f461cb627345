"""How does a request reach the server, and its answer us?"""
