package io.berth.screening.internal;

import io.berth.platform.LargeBodies;
import io.berth.screening.ScreeningConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Pattern;

/** Lists are larger than anything else that comes in. */
@ApplicationScoped
public class ListFilesBodies implements LargeBodies {

  private static final Pattern IMPORTS = Pattern.compile("/v1/screening/lists/[a-z-]+/imports");

  private final ScreeningConfig config;

  ListFilesBodies(ScreeningConfig config) {
    this.config = config;
  }

  @Override
  public boolean take(String method, String path) {
    return method.equals("POST") && IMPORTS.matcher(path).matches();
  }

  @Override
  public long bytesMax() {
    return config.fileSizeMax().asLongValue();
  }
}
