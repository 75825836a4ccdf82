package dev.tandem.spec;

import java.util.Optional;

/// How the schema registry is reached.
///
/// @param url empty where the embedded registry is meant
/// @param properties with the names of the Confluent serializers
public record RegistrySpec(Optional<String> url, ClientProperties properties) {}
