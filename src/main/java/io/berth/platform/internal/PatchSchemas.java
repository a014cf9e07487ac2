package io.berth.platform.internal;

import io.berth.platform.MergePatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * Gives merge patches schemas of their own. An operation declares the form that the patch is
 * applied to; from that follows the patch's: the same members, none of them needed, and null for
 * those that may be taken away.
 */
final class PatchSchemas {

  private static final String SCHEMAS = "#/components/schemas/";

  private final Map<String, Schema> schemas;

  private PatchSchemas(Map<String, Schema> schemas) {
    this.schemas = schemas;
  }

  static void complete(OpenAPI contract) {
    PatchSchemas patches = new PatchSchemas(contract.getComponents().getSchemas());
    for (PathItem item : contract.getPaths().getPathItems().values()) {
      Operation operation = item.getPATCH();
      if (operation != null
          && operation.getRequestBody() != null
          && operation.getRequestBody().getContent() != null
          && operation.getRequestBody().getContent().hasMediaType(MergePatch.MEDIA_TYPE)) {
        patches.complete(contract, operation.getRequestBody().getContent());
      }
    }
  }

  private void complete(OpenAPI contract, Content content) {
    for (MediaType body : content.getMediaTypes().values()) {
      String ref = body.getSchema() == null ? null : body.getSchema().getRef();
      if (ref != null) {
        String name = ref.substring(SCHEMAS.length());
        contract.getComponents().addSchema(name + "Patch", patchOf(named(ref)));
        body.setSchema(OASFactory.createSchema().ref(ref + "Patch"));
      }
    }
  }

  private Schema patchOf(Schema whole) {
    Schema patch = OASFactory.createSchema().addType(SchemaType.OBJECT);
    patch.setDescription(whole.getDescription());
    List<String> lasting = whole.getRequired() == null ? List.of() : whole.getRequired();
    Map<String, Schema> members = new LinkedHashMap<>();
    whole
        .getProperties()
        .forEach((name, member) -> members.put(name, patchOf(member, lasting.contains(name))));
    patch.setProperties(members);
    return patch;
  }

  private Schema patchOf(Schema member, boolean lasting) {
    Schema meant = referred(member);
    Schema patch;
    if (meant.getProperties() == null) {
      patch = OASFactory.createSchema();
      // A copy, because what is referred to would not allow null.
      meant.getAll().forEach(patch::set);
      patch.setDefaultValue(null);
      if (meant.getAdditionalPropertiesSchema() != null) {
        patch.setAdditionalPropertiesSchema(patchOf(meant.getAdditionalPropertiesSchema(), false));
      }
      if (!lasting && meant.getEnumeration() != null) {
        List<Object> values = new ArrayList<>(meant.getEnumeration());
        values.add(null);
        patch.setEnumeration(values);
      }
    } else {
      patch = patchOf(meant);
    }
    if (member.getDescription() != null) {
      patch.setDescription(member.getDescription());
    }
    if (!lasting && meant.getType() != null) {
      patch.setType(new ArrayList<>(new TreeSet<>(meant.getType())));
      patch.addType(SchemaType.NULL);
    }
    return patch;
  }

  /** The schema that a member stands for: its own, or the one that it names. */
  private Schema referred(Schema member) {
    String ref = member.getRef();
    return ref == null ? member : named(ref);
  }

  private Schema named(String ref) {
    return Objects.requireNonNull(schemas.get(ref.substring(SCHEMAS.length())), ref);
  }
}
