package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Writes core/v1 events; the same event about the same object is counted, not written again. */
final class EventRecorder {

  /** As the API server's default: events are gone after an hour. */
  static final Duration RETENTION = Duration.ofHours(1);

  private static final Duration COUNT_INTERVAL_MIN = Duration.ofSeconds(10);

  private final ObjectStore store;

  EventRecorder(ObjectStore store) {
    this.store = store;
  }

  void normal(HasMetadata about, String component, String reason, String message, Instant now) {
    record("Normal", about, component, reason, message, now);
  }

  void warning(HasMetadata about, String component, String reason, String message, Instant now) {
    record("Warning", about, component, reason, message, now);
  }

  private void record(
      String type,
      HasMetadata about,
      String component,
      String reason,
      String message,
      Instant now) {
    String namespace = Objects.requireNonNullElse(about.getMetadata().getNamespace(), "default");
    String name =
        "%s.%08x%08x"
            .formatted(
                about.getMetadata().getName(),
                about.getMetadata().getUid().hashCode(),
                (reason + message).hashCode());
    String time = Times.format(now);
    Optional<Event> existing = store.find(Event.class, namespace, name);
    if (existing.isPresent()) {
      Event event = existing.get();
      if (!now.isBefore(Times.parse(event.getLastTimestamp()).plus(COUNT_INTERVAL_MIN))) {
        store.replace(
            new EventBuilder(event)
                .withCount(event.getCount() + 1)
                .withLastTimestamp(time)
                .build());
      }
      return;
    }
    store.create(
        new EventBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withType(type)
            .withReason(reason)
            .withMessage(message)
            .withCount(1)
            .withFirstTimestamp(time)
            .withLastTimestamp(time)
            .withNewSource()
            .withComponent(component)
            .endSource()
            .withReportingComponent(component)
            .withNewInvolvedObject()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withNamespace(about.getMetadata().getNamespace())
            .withName(about.getMetadata().getName())
            .withUid(about.getMetadata().getUid())
            .endInvolvedObject()
            .build());
  }
}
