package io.berth.platform.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.platform.LargeBodies;
import io.berth.platform.PlatformConfig;
import io.berth.platform.Problem;
import io.berth.platform.ProblemType;
import io.quarkus.arc.All;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Answers a body that says it is too large with problem details, just before the framework's own
 * check would answer it with nothing, and bounds one that does not say how large it is. The
 * framework's limit is that of the largest files; everything else is bound more narrowly here.
 */
@ApplicationScoped
public class BodyLimit {

  private static final int BEFORE_THE_FRAMEWORK = RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1;
  private static final int AFTER_THE_FRAMEWORK = RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT + 1;

  private final long usualMax;
  private final long frameworkMax;
  private final List<LargeBodies> exceptions;
  private final ObjectMapper json;

  BodyLimit(
      PlatformConfig config,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize frameworkMax,
      @All List<LargeBodies> exceptions,
      ObjectMapper json) {
    this.usualMax = config.bodySizeMax().asLongValue();
    this.frameworkMax = frameworkMax.asLongValue();
    this.exceptions = exceptions;
    this.json = json;
  }

  void install(@Observes Router router) {
    router.route().order(BEFORE_THE_FRAMEWORK).handler(this::check);
    router.route().order(AFTER_THE_FRAMEWORK).handler(this::bound);
  }

  private long bytesMax(RoutingContext context) {
    String method = context.request().method().name();
    long max = usualMax;
    for (LargeBodies exception : exceptions) {
      if (exception.take(method, context.normalizedPath())) {
        max = Math.max(max, exception.bytesMax());
      }
    }
    return Math.min(max, frameworkMax);
  }

  /** What comes in chunks is counted by the framework, against the limit that it finds here. */
  private void bound(RoutingContext context) {
    if (context.get(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY) != null) {
      context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, bytesMax(context));
    }
    context.next();
  }

  private void check(RoutingContext context) {
    long bytesMax = bytesMax(context);
    if (!isTooLarge(context.request().getHeader(HttpHeaders.CONTENT_LENGTH), bytesMax)) {
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
        .end(problem(bytesMax));
  }

  private static boolean isTooLarge(@Nullable String length, long bytesMax) {
    try {
      return length != null && Long.parseLong(length) > bytesMax;
    } catch (NumberFormatException e) {
      // The HTTP parser refuses lengths that are no numbers.
      return false;
    }
  }

  private String problem(long bytesMax) {
    try {
      return json.writeValueAsString(
          ErrorAnswers.problem(
              ProblemType.PAYLOAD_TOO_LARGE, "A request body has at most " + bytesMax + " bytes."));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("problem details must become JSON", e);
    }
  }
}
