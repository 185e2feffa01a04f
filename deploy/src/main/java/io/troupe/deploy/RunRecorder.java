package io.troupe.deploy;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.report.EvaluationFile;
import io.troupe.deploy.view.RunView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows a run with GRPO, and writes evaluations down.
 *
 * @param view sees everything
 * @param evaluations of the run
 */
record RunRecorder(RunView view, EvaluationFile evaluations) implements RunListener {
  @Override
  public void onPhase(String phase) {
    view.onPhase(phase);
  }

  @Override
  public void onWarmStartStep(int step, int steps, double loss) {
    view.onWarmStartStep(step, steps, loss);
  }

  @Override
  public void onEvaluation(EvaluationResult result) {
    evaluations.append(result);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("accuracy", result.accuracy());
    figures.put("mean_reward", result.meanReward());
    view.onEvaluation(result.step(), figures);
  }

  @Override
  public void onStep(long step, long steps, Map<String, Double> metrics) {
    view.onStep(step, steps, metrics);
  }

  @Override
  public void onSamples(long step, List<SampleText> samples) {
    view.onSamples(step, samples);
  }

  @Override
  public void onFinished(GrpoSummary summary) {
    view.onFinished(summary.toMap());
  }
}
