package io.berth.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Set;

/** A service of its own whose clock tests may set. */
public class MutableTime implements QuarkusTestProfile {

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(MutableClock.class);
  }
}
