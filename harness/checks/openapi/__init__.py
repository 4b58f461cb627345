"""Does an answer keep to what an OpenAPI document promises?"""
