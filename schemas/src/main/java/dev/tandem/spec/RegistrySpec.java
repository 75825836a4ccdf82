package dev.tandem.spec;

/// How the schema registry is reached.
///
/// @param url of one or more servers, separated by commas
/// @param properties with the names of the Confluent serializers
public record RegistrySpec(String url, ClientProperties properties) {}
