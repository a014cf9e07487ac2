package io.berth.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import jakarta.ws.rs.BadRequestException;
import java.util.Set;

/**
 * JSON merge patch (RFC 7396): what the patch leaves out stays, what it sets to null goes, arrays
 * are replaced whole. Patches are read as strictly as any body: unknown fields and values of a
 * wrong type are refused with a pointer.
 */
@ApplicationScoped
public class MergePatch {

  /** The media type of a merge patch. */
  public static final String MEDIA_TYPE = "application/merge-patch+json";

  private final ObjectMapper json;
  private final Validator validator;

  MergePatch(ObjectMapper json, Validator validator) {
    this.json = json;
    this.validator = validator;
  }

  /**
   * Applies a patch.
   *
   * @param current what may be changed, as a record of the API
   * @param patch the body
   * @return the same kind of record after the patch, valid by its constraints
   * @throws BadRequestException where the patch is not a patch of such a record
   * @throws ConstraintViolationException where what comes out breaks a constraint
   */
  public <T> T apply(T current, JsonNode patch, Class<T> type) {
    if (!(patch instanceof ObjectNode changes)) {
      throw ProblemException.malformed("", "The body must be a JSON object.");
    }
    try {
      // Read for itself first: merging would swallow an unknown field that is set to null.
      json.treeToValue(changes, type);
      ObjectNode document = json.valueToTree(current);
      merge(document, changes);
      T changed = json.treeToValue(document, type);
      Set<ConstraintViolation<T>> violations = validator.validate(changed);
      if (!violations.isEmpty()) {
        throw new ConstraintViolationException(violations);
      }
      return changed;
    } catch (JsonProcessingException e) {
      throw new BadRequestException(e);
    }
  }

  private static void merge(ObjectNode target, ObjectNode changes) {
    for (var change : changes.properties()) {
      String name = change.getKey();
      JsonNode value = change.getValue();
      if (value.isNull()) {
        target.remove(name);
      } else if (value instanceof ObjectNode inner) {
        ObjectNode nested =
            target.get(name) instanceof ObjectNode present ? present : target.putObject(name);
        merge(nested, inner);
      } else {
        target.set(name, value);
      }
    }
  }
}
