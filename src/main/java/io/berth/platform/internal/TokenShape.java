package io.berth.platform.internal;

import io.quarkus.security.AuthenticationFailedException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses bearer tokens that are not three parts with something in each, as every signed token is
 * (RFC 7515, section 3.1), before the OIDC extension looks at them: it fails on some of them, which
 * would be a 500 and a stack trace in the log for whoever asks for it.
 */
public class TokenShape {

  private static final String SCHEME = "bearer ";
  private static final String PART = "[A-Za-z0-9_-]+";
  private static final Pattern TOKEN = Pattern.compile(PART + "\\." + PART + "\\." + PART);

  @ServerRequestFilter(preMatching = true)
  void check(ContainerRequestContext request) {
    String sent = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (sent != null
        && sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && !TOKEN.matcher(sent.substring(SCHEME.length()).strip()).matches()) {
      throw new AuthenticationFailedException();
    }
  }
}
