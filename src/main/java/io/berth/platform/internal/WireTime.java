package io.berth.platform.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/**
 * Reads times from texts only: Jackson's own readers also take numbers, whatever the coercion rules
 * say, and years that PostgreSQL does not keep.
 */
final class WireTime {

  private static final int YEAR_MAX = 9999;

  private WireTime() {}

  /** A moment as RFC 3339 writes it, to the microsecond; the year from 1 to 9999. */
  static Instant instant(String text) {
    OffsetDateTime time = OffsetDateTime.parse(text);
    if (time.getYear() < 1 || time.getYear() > YEAR_MAX) {
      throw new DateTimeException("the year must be from 1 to " + YEAR_MAX);
    }
    return time.toInstant().truncatedTo(ChronoUnit.MICROS);
  }

  /** The readers; to be registered after Jackson's module for java.time. */
  static SimpleModule module() {
    return new SimpleModule("berth-wire-time")
        .addDeserializer(Instant.class, new FromText<>(Instant.class, WireTime::instant))
        .addDeserializer(Duration.class, new FromText<>(Duration.class, Duration::parse));
  }

  private static final class FromText<T> extends StdScalarDeserializer<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final transient Function<String, T> parse;

    FromText(Class<T> type, Function<String, T> parse) {
      super(type);
      this.type = type;
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        return type.cast(context.handleUnexpectedToken(type, parser));
      }
      try {
        return parse.apply(parser.getText());
      } catch (DateTimeException e) {
        return type.cast(
            context.handleWeirdStringValue(type, parser.getText(), "not in the form needed"));
      }
    }
  }
}
