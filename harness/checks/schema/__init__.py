"""Do the answers keep to JSON Schemas?"""
