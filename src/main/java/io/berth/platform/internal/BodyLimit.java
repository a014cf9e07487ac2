package io.berth.platform.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.platform.Problem;
import io.berth.platform.ProblemType;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Answers a body that says it is too large with problem details, just before the framework's own
 * check would answer it with nothing.
 */
@ApplicationScoped
public class BodyLimit {

  private static final int BEFORE_THE_FRAMEWORK = RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1;

  private final long bytesMax;
  private final ObjectMapper json;

  BodyLimit(
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize max,
      ObjectMapper json) {
    this.bytesMax = max.asLongValue();
    this.json = json;
  }

  void install(@Observes Router router) {
    router.route().order(BEFORE_THE_FRAMEWORK).handler(this::check);
  }

  private void check(RoutingContext context) {
    if (!isTooLarge(context.request().getHeader(HttpHeaders.CONTENT_LENGTH))) {
      context.next();
      return;
    }
    // The rest of the body is not worth reading: the connection goes with it.
    context.request().endHandler(end -> context.request().connection().close());
    context
        .response()
        .setStatusCode(ProblemType.PAYLOAD_TOO_LARGE.status())
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .end(problem());
  }

  private boolean isTooLarge(@Nullable String length) {
    try {
      return length != null && Long.parseLong(length) > bytesMax;
    } catch (NumberFormatException e) {
      // The HTTP parser refuses lengths that are no numbers.
      return false;
    }
  }

  private String problem() {
    try {
      return json.writeValueAsString(
          ErrorAnswers.problem(
              ProblemType.PAYLOAD_TOO_LARGE, "A request body has at most " + bytesMax + " bytes."));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("problem details must become JSON", e);
    }
  }
}
