package io.berth.market.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.market.NetworkException;
import jakarta.persistence.AttributeConverter;
import java.util.List;

/**
 * Keeps an offer's network exceptions as JSON in one column, with a mapper of its own: the stored
 * form must not follow the rules of the wire.
 */
class NetworkExceptionsColumn implements AttributeConverter<List<NetworkException>, String> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String convertToDatabaseColumn(List<NetworkException> attribute) {
    try {
      return JSON.writeValueAsString(attribute);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of records must become JSON", e);
    }
  }

  @Override
  public List<NetworkException> convertToEntityAttribute(String column) {
    try {
      return JSON.readValue(column, new TypeReference<List<NetworkException>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored list cannot be read", e);
    }
  }
}
