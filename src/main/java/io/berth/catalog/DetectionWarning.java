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
}
