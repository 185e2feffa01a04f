package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.losses.DistillationLoss;
import io.troupe.nn.losses.StudentLogits;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.function.Function;

/**
 * Trains a classifier on labels and on the predictions of a teacher (arXiv:2012.12877). The teacher
 * sees the same images, after augmentation, and is not changed. Evaluation compares with the labels
 * only.
 */
public final class Distillation implements SupervisedTask {
  private final Module module;
  private final Layer network;
  private final Function<Tensor, StudentLogits> student;
  private final Layer teacher;
  private final DistillationLoss ofTeacher;
  private final double alpha;
  private final CrossEntropyLoss ofLabels;

  /**
   * A distillation.
   *
   * @param module the student
   * @param network applies it: (batch, ...) to logits (batch, classes)
   * @param student the logits in training
   * @param teacher from the same input to logits (batch, classes)
   * @param ofTeacher the teacher's part of the loss
   * @param alpha weight of that part, in [0, 1]
   * @param labelSmoothing the share of each label that is spread over all classes
   */
  public Distillation(
      Module module,
      Layer network,
      Function<Tensor, StudentLogits> student,
      Layer teacher,
      DistillationLoss ofTeacher,
      double alpha,
      double labelSmoothing) {
    this.module = module;
    this.network = network;
    this.student = student;
    this.teacher = teacher;
    this.ofTeacher = ofTeacher;
    this.alpha = alpha;
    this.ofLabels = CrossEntropyLoss.of().withLabelSmoothing(labelSmoothing);
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor input = BatchTensors.of(batch, "input");
    Tensor taught;
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      taught = teacher.forward(input);
    }
    StudentLogits logits = student.apply(input);
    Tensor labels = ofLabels.forward(logits.ofLabels(), BatchTensors.of(batch, "label"));
    return labels.mul(1 - alpha).add(ofTeacher.forward(logits.ofTeacher(), taught).mul(alpha));
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor logits = network.forward(BatchTensors.of(batch, "input"));
    Classification.count(logits, BatchTensors.of(batch, "label"), tally);
  }

  @Override
  public Monitor monitor() {
    return Monitor.ACCURACY;
  }
}
