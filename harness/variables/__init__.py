"""What value does a placeholder stand for?"""
