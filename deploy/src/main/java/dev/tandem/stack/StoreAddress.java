package dev.tandem.stack;

/// How a store of the stack is reached. The password is that of a development server and no secret.
public record StoreAddress(String url, String user, String password) {}
