"""What does each command of `harness` do?"""
