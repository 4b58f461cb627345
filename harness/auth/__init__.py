"""How is a request signed?"""
