package io.berth.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;

/**
 * Something that happened, told to every consumer that asked for its type.
 *
 * @param id identifies the event; a consumer may see it more than once
 * @param type what happened, such as {@code cluster.registered}
 * @param subject the wire form of the identifier of what it happened to
 * @param payload what a consumer needs beside the subject
 * @param occurredAt when
 */
public record OutboxEvent(
    UUID id, String type, String subject, JsonNode payload, Instant occurredAt) {}
