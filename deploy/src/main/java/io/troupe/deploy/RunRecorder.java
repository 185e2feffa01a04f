package io.troupe.deploy;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.deploy.report.EvaluationFile;
import io.troupe.deploy.view.RunView;

/**
 * Shows the events of a GRPO run, and writes its evaluations to a file.
 *
 * @param view receives all events
 * @param evaluations of the run
 */
record RunRecorder(RunView view, EvaluationFile evaluations) implements RunListener {
  @Override
  public void onEvent(RunEvent event) {
    if (event instanceof RunEvent.Evaluated evaluated) {
      evaluations.append(EvaluationResult.of(evaluated));
    }
    view.onEvent(event);
  }
}
