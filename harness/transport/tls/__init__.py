"""Whom do we trust over TLS, and as whom do we present ourselves?"""
