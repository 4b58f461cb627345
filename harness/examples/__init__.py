"""How do live answers become saved examples?"""
