"""Which program sends the same request, in the language of whoever asks?"""
