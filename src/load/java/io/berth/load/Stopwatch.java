package io.berth.load;

import io.hyperfoil.api.config.Name;
import io.hyperfoil.api.config.Step;
import io.hyperfoil.api.config.StepBuilder;
import io.hyperfoil.core.session.SessionFactory;
import io.hyperfoil.core.steps.StopwatchBeginStep;
import io.hyperfoil.core.steps.StopwatchEndStep;
import java.util.List;

/**
 * The steps {@code begin} and {@code end} for Hyperfoil's files: what comes between them is
 * recorded as one thing, under {@value #METRIC}. Hyperfoil's own stopwatch cannot be had in files.
 */
public final class Stopwatch {

  /** Under which name it is recorded. */
  static final String METRIC = "whole";

  private Stopwatch() {}

  /** Begins. */
  @Name("begin")
  public static final class Begin implements StepBuilder<Begin> {

    /** For the service loader. */
    public Begin() {}

    @Override
    public List<Step> build() {
      return List.of(new StopwatchBeginStep(SessionFactory.objectAccess(METRIC)));
    }
  }

  /** Ends. */
  @Name("end")
  public static final class End implements StepBuilder<End> {

    /** For the service loader. */
    public End() {}

    @Override
    public List<Step> build() {
      return List.of(new StopwatchEndStep(SessionFactory.readAccess(METRIC), METRIC));
    }
  }
}
