package io.berth.inventory.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.Declarations;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.Stated;
import io.berth.platform.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that rows hold as JSON. The same value is always the same text, so that comparing texts
 * tells whether a row changes; members that an older or newer version of the service wrote are
 * passed over.
 */
@ApplicationScoped
public class StoredJson {

  private final ObjectMapper json;

  StoredJson(ObjectMapper json) {
    this.json =
        json.copy()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  }

  String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value of the inventory must become JSON", e);
    }
  }

  String writeConditions(List<Condition> conditions) {
    return write(conditions);
  }

  /** The type is named, so that the kind of credentials stands in the text. */
  String writeCredentials(ClusterCredentials credentials) {
    try {
      return json.writerFor(ClusterCredentials.class).writeValueAsString(credentials);
    } catch (JsonProcessingException e) {
      // The cause is left out: its message may quote the secret.
      throw new IllegalStateException("credentials must become JSON");
    }
  }

  ClusterCredentials readCredentials(String text) {
    try {
      return json.readValue(text, ClusterCredentials.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored credentials are not readable");
    }
  }

  Declarations readDeclarations(String text) {
    return read(text, Declarations.class);
  }

  NodeObservation readObservation(String text) {
    return read(text, NodeObservation.class);
  }

  NodeFlags readFlags(String text) {
    return read(text, NodeFlags.class);
  }

  Map<Integer, Instant> readSlotsLost(String text) {
    try {
      return json.readValue(text, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored times of slots are not readable", e);
    }
  }

  @Nullable Stated readStated(@Nullable String text) {
    return text == null ? null : read(text, Stated.class);
  }

  ProbeFinding readFinding(String text) {
    return read(text, ProbeFinding.class);
  }

  List<Condition> readConditions(String text) {
    try {
      return json.readValue(text, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored conditions are not readable", e);
    }
  }

  private <T> T read(String text, Class<T> type) {
    try {
      return json.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored " + type.getSimpleName() + " is not readable", e);
    }
  }
}
