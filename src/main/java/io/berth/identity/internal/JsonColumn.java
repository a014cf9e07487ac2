package io.berth.identity.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.berth.identity.Evidence;
import io.berth.identity.Owner;
import jakarta.persistence.AttributeConverter;
import java.util.List;

/**
 * Keeps a list as JSON in one column, with a mapper of its own: the stored form must not follow the
 * rules of the wire.
 */
abstract class JsonColumn<T> implements AttributeConverter<List<T>, String> {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  private final TypeReference<List<T>> type;

  JsonColumn(TypeReference<List<T>> type) {
    this.type = type;
  }

  @Override
  public String convertToDatabaseColumn(List<T> attribute) {
    try {
      return JSON.writeValueAsString(attribute);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of records must become JSON", e);
    }
  }

  @Override
  public List<T> convertToEntityAttribute(String column) {
    try {
      return List.copyOf(JSON.readValue(column, type));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored list cannot be read", e);
    }
  }

  /** Owners. */
  static class Owners extends JsonColumn<Owner> {
    Owners() {
      super(new TypeReference<>() {});
    }
  }

  /** Evidence. */
  static class EvidenceList extends JsonColumn<Evidence> {
    EvidenceList() {
      super(new TypeReference<>() {});
    }
  }

  /** Names out of a known set. */
  static class Names extends JsonColumn<String> {
    Names() {
      super(new TypeReference<>() {});
    }
  }
}
