package io.berth.catalog.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.InvalidCatalogException;
import io.berth.catalog.SlotKind;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How nodes show accelerators, as {@code catalog/detection.yaml} lists it; its comments explain
 * each part. Every pattern matches whole texts, case included.
 *
 * @param resources extended resources that count devices
 * @param ignored extended resources that count something else
 * @param domains domains whose other resources are reported as unrecognised
 * @param models labels that tell the model, the most specific first
 * @param slots labels that say that a unit is less than its resource's name says
 * @param claims labels that claim devices without telling the model
 */
public record DetectionTable(
    List<ResourceRule> resources,
    List<Pattern> ignored,
    Set<String> domains,
    List<ModelLabel> models,
    List<SlotLabel> slots,
    List<Claim> claims) {

  private static final ObjectReader READER = new YAMLMapper().readerFor(DetectionTable.class);

  /** Copies the collections; throws {@link IllegalArgumentException} where a part is missing. */
  public DetectionTable {
    resources = List.copyOf(required(resources, "resources"));
    ignored = List.copyOf(required(ignored, "ignored"));
    domains = Set.copyOf(required(domains, "domains"));
    models = List.copyOf(required(models, "models"));
    slots = List.copyOf(required(slots, "slots"));
    claims = List.copyOf(required(claims, "claims"));
  }

  /**
   * An extended resource.
   *
   * @param name pattern of its name; a group {@code profile} takes the kind of partition out of it
   * @param model the catalogue's model where the name tells it
   */
  public record ResourceRule(Pattern name, String vendor, SlotKind slot, @Nullable String model) {

    /** Throws {@link IllegalArgumentException} where a part is missing. */
    public ResourceRule {
      required(name, "name");
      required(vendor, "vendor");
      required(slot, "slot");
    }
  }

  /**
   * A label that tells the model of a vendor's devices.
   *
   * @param pattern which values are meant for this vendor; null for all
   * @param suffix pattern of what may follow any of the values; null for nothing
   */
  public record ModelLabel(
      String key,
      String vendor,
      @Nullable Pattern pattern,
      @Nullable Pattern suffix,
      List<ModelValue> values) {

    /**
     * Appends the suffix to each value; throws {@link IllegalArgumentException} where a part is
     * missing.
     */
    public ModelLabel {
      required(key, "key");
      required(vendor, "vendor");
      required(values, "values");
      String end = suffix == null ? "" : suffix.pattern();
      values = values.stream().map(value -> value.followedBy(end)).toList();
    }

    /** Whether a label's value is meant for this vendor. */
    boolean concerns(String value) {
      return pattern == null || pattern.matcher(value).matches();
    }

    /** The entry for a value; empty where it leaves the model open. */
    Optional<ModelValue> match(String value, Map<String, String> labels) {
      return values.stream().filter(entry -> entry.matches(value, labels)).findFirst();
    }
  }

  /**
   * What one value of a label means.
   *
   * @param where labels that must be there too
   * @param slot what a unit is where it is less than the catalogue's device; null where it is not
   * @param profile the kind of partition; null where there is none
   */
  public record ModelValue(
      Pattern value,
      String model,
      @Nullable Map<String, String> where,
      @Nullable SlotKind slot,
      @Nullable String profile) {

    /** Throws {@link IllegalArgumentException} where a part is missing. */
    public ModelValue {
      required(value, "value");
      required(model, "model");
      where = where == null ? Map.of() : Map.copyOf(where);
    }

    private ModelValue followedBy(String end) {
      Pattern whole = Pattern.compile("(?:" + value.pattern() + ")" + end);
      return new ModelValue(whole, model, where, slot, profile);
    }

    private boolean matches(String text, Map<String, String> labels) {
      return value.matcher(text).matches()
          && (where == null || labels.entrySet().containsAll(where.entrySet()));
    }
  }

  /**
   * A label that says that a unit of a resource is less than the resource's name says.
   *
   * @param resource pattern of the resource's name
   * @param key the label's key, {@code {resource}} standing for that name
   */
  public record SlotLabel(Pattern resource, String key, Pattern value, SlotKind slot) {

    /** Throws {@link IllegalArgumentException} where a part is missing. */
    public SlotLabel {
      required(resource, "resource");
      required(key, "key");
      required(value, "value");
      required(slot, "slot");
    }

    /** The label's key for a resource. */
    String keyFor(String resourceName) {
      return key.replace("{resource}", resourceName);
    }
  }

  /** A label that claims devices of a vendor. */
  public record Claim(String key, String vendor, Pattern value) {

    /** Throws {@link IllegalArgumentException} where a part is missing. */
    public Claim {
      required(key, "key");
      required(vendor, "vendor");
      required(value, "value");
    }
  }

  /**
   * Reads the table and checks it against the catalogue.
   *
   * @param name the table's name, for errors
   * @param catalogue finds a model by its slug
   * @throws InvalidCatalogException where the table is malformed (with line and column), or names a
   *     model that the catalogue lacks or knows as another vendor's
   */
  public static DetectionTable read(
      Reader text, String name, Function<String, Optional<AcceleratorModel>> catalogue) {
    DetectionTable table;
    try {
      table = READER.readValue(text);
    } catch (JsonProcessingException e) {
      throw new InvalidCatalogException(name + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidCatalogException(name + " cannot be read", e);
    }
    for (ResourceRule resource : table.resources) {
      if (resource.model != null) {
        requireModel(name, resource.model, resource.vendor, catalogue);
      }
    }
    for (ModelLabel label : table.models) {
      for (ModelValue value : label.values) {
        requireModel(name, value.model, label.vendor, catalogue);
      }
    }
    return table;
  }

  private static void requireModel(
      String name,
      String id,
      String vendor,
      Function<String, Optional<AcceleratorModel>> catalogue) {
    AcceleratorModel model =
        catalogue
            .apply(id)
            .orElseThrow(
                () -> new InvalidCatalogException(name + ": the catalogue has no model " + id));
    if (!model.vendor().equals(vendor)) {
      throw new InvalidCatalogException(name + ": " + id + " is not made by " + vendor);
    }
  }

  private static <T> T required(@Nullable T part, String name) {
    if (part == null) {
      throw new IllegalArgumentException(name + ": missing");
    }
    return part;
  }
}
