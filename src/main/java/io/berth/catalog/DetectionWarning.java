package io.berth.catalog;

import java.util.List;

/** Something about a node that does not fit together. None is an error: discovery goes on. */
public sealed interface DetectionWarning {

  /** What is wrong, in a sentence for the provider. */
  String message();

  /** A label claims devices, but none of that vendor's resources is allocatable. */
  record LabelsWithoutDevices(String key, String value) implements DetectionWarning {
    @Override
    public String message() {
      return "The label %s=%s claims devices, but none is allocatable.".formatted(key, value);
    }
  }

  /** A label names a model that the catalogue lacks, or names it too loosely to tell. */
  record UnknownModel(String resourceName, String key, String value) implements DetectionWarning {
    @Override
    public String message() {
      return "The label %s=%s does not tell which model of the catalogue %s counts."
          .formatted(key, value, resourceName);
    }
  }

  /** Labels name different models; none of them is believed. */
  record ConflictingModels(String resourceName, List<String> modelIds) implements DetectionWarning {

    /** Copies the list. */
    public ConflictingModels {
      modelIds = List.copyOf(modelIds);
    }

    @Override
    public String message() {
      return "The node names different models for %s: %s."
          .formatted(resourceName, String.join(", ", modelIds));
    }
  }

  /** A vendor's resource that detection does not know; its units are not offered. */
  record UnrecognizedResource(String resourceName) implements DetectionWarning {
    @Override
    public String message() {
      return "The resource %s is not known, so its units are left out.".formatted(resourceName);
    }
  }

  /** More units than any node has; they are not offered. */
  record ImplausibleCount(String resourceName, long count) implements DetectionWarning {
    @Override
    public String message() {
      return "%d units of %s are more than a node can have, so they are left out."
          .formatted(count, resourceName);
    }
  }

  /** Devices say what they are in words that the catalogue does not know. */
  record UnknownProduct(String resourceName, String attribute, String value)
      implements DetectionWarning {
    @Override
    public String message() {
      return "The devices' attribute %s=%s does not tell which model of the catalogue %s counts."
          .formatted(attribute, value, resourceName);
    }
  }

  /** A label says something else than the devices do; neither is believed. */
  record DisagreeingLabel(String key, String value, String product) implements DetectionWarning {
    @Override
    public String message() {
      return "The label %s=%s is not what the devices say that they are: %s."
          .formatted(key, value, product);
    }
  }

  /** A driver's devices on one node are not all the same; they are not offered. */
  record DifferentDevices(String driver, List<String> products) implements DetectionWarning {

    /** Copies the list. */
    public DifferentDevices {
      products = List.copyOf(products);
    }

    @Override
    public String message() {
      return "The driver %s publishes different devices, which are left out: %s."
          .formatted(driver, String.join(", ", products));
    }
  }

  /** Not all that a driver publishes of a node was seen; none of it is offered. */
  record IncompletePool(String driver) implements DetectionWarning {
    @Override
    public String message() {
      return "Not all resource slices of the driver %s are there, so its devices are left out."
          .formatted(driver);
    }
  }
}
