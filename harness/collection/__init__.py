"""What does a Postman collection file say?"""
