"""Clients of Oura: the API, OAuth, subscriptions, webhook events, the account's export."""
