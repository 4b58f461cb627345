"""Which notation does a value keep: is it a UUID, a date, a token, a time in seconds?"""
