"""What does Python do for `crypto.subtle`?"""
