package io.troupe.actors.grpo;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.LossOps;
import io.troupe.tensor.backend.OptimizerOps;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;

/**
 * Makes the learner fail once, at a point of a step, and records the threads that use the weights
 * of each attempt.
 */
final class InjectedFault implements HookedTraining.Hook {
  /** The fault at the point. */
  enum Kind {
    /** Throws an exception. */
    KILL,
    /** Blocks the thread until it is interrupted. */
    STALL,
    /** Blocks the thread until it is released; ignores interrupts. */
    OVERRUN
  }

  private final HookedTraining.Point point;
  private final Kind kind;
  private final long step;
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch injected = new CountDownLatch(1);
  private final Map<Object, Set<Thread>> threads = new IdentityHashMap<>(); // guarded by this
  private final Set<Thread> inside = new HashSet<>();
  private int maxInside;
  private volatile long currentStep;
  private volatile Thread faultyThread;

  InjectedFault(HookedTraining.Point point, Kind kind, long step) {
    this.point = point;
    this.kind = kind;
    this.step = step;
  }

  WorkDecorators decorators() {
    return new WorkDecorators(
        decoding -> decoding, training -> new HookedTraining(training, this), this::backend);
  }

  @Override
  public synchronized void enter(Object attempt) {
    threads.computeIfAbsent(attempt, _ -> new HashSet<>()).add(Thread.currentThread());
    inside.add(Thread.currentThread());
    maxInside = Math.max(maxInside, inside.size());
  }

  @Override
  public synchronized void exit() {
    inside.remove(Thread.currentThread());
  }

  /** Maximum number of threads in the learner's work at the same time. */
  synchronized int maxThreads() {
    return maxInside;
  }

  /** Number of attempts that trained. */
  synchronized int numAttempts() {
    return threads.size();
  }

  /** Whether each attempt had one thread. */
  synchronized boolean hasOneThreadPerAttempt() {
    return threads.values().stream().allMatch(used -> used.size() == 1);
  }

  boolean isInjected() {
    return injected.getCount() == 0;
  }

  /** Ends an overrun and waits for its thread. */
  void release() throws InterruptedException {
    release.countDown();
    faultyThread.join();
  }

  @Override
  public void at(HookedTraining.Point reached, long atStep) {
    currentStep = atStep;
    inject(reached);
  }

  private void inject(HookedTraining.Point reached) {
    boolean isLearner = Thread.currentThread().getName().equals("troupe-learner");
    if (reached != point || currentStep != step || !isLearner || isInjected()) {
      return;
    }
    faultyThread = Thread.currentThread();
    injected.countDown();
    switch (kind) {
      case KILL -> throw new IllegalStateException("injected failure");
      case STALL -> waitForInterrupt();
      case OVERRUN -> waitForRelease();
    }
  }

  private static void waitForInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private void waitForRelease() {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException e) {
        continue; // ignores the interrupt
      }
    }
  }

  private CpuBackend backend(CpuBackend cpu) {
    return new CpuBackend(
        cpu.pool(),
        cpu.operations(),
        cpu.elementwise(),
        cpu.reduction(),
        cpu.products(),
        cpu.normalization(),
        cpu.channelNormalization(),
        cpu.convolution(),
        cpu.pooling(),
        cpu.indexing(),
        cpu.attention(),
        new Loss(cpu.loss()),
        cpu.sampling(),
        new Optimizer(cpu.optimizer()),
        cpu.random(),
        cpu.aggregation(),
        cpu.recurrence());
  }

  private final class Loss implements LossOps {
    private final LossOps ops;

    Loss(LossOps ops) {
      this.ops = ops;
    }

    @Override
    public void tokenLogProbs(
        Tensor logProbs,
        Tensor lse,
        Tensor entropy,
        Tensor meanLogProb,
        Tensor logits,
        Tensor targets,
        double temperature) {
      inject(HookedTraining.Point.FORWARD);
      ops.tokenLogProbs(logProbs, lse, entropy, meanLogProb, logits, targets, temperature);
    }

    @Override
    public void tokenLogProbsGrad(
        Tensor dLogits,
        Tensor dLogProbs,
        Tensor dMean,
        Tensor logits,
        Tensor lse,
        Tensor targets,
        double temperature) {
      inject(HookedTraining.Point.BACKWARD);
      ops.tokenLogProbsGrad(dLogits, dLogProbs, dMean, logits, lse, targets, temperature);
    }
  }

  private final class Optimizer implements OptimizerOps {
    private static final int PARAMETERS_BEFORE = 3;

    private final OptimizerOps ops;
    private long countedStep = -1;
    private int updates;

    Optimizer(OptimizerOps ops) {
      this.ops = ops;
    }

    @Override
    public void adam(
        Tensor param,
        Tensor grad,
        Tensor expAvg,
        Tensor expAvgSq,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        boolean decoupled,
        long adamStep,
        double gradScale) {
      if (countedStep != adamStep) {
        countedStep = adamStep;
        updates = 0;
      }
      if (updates++ == PARAMETERS_BEFORE) {
        inject(HookedTraining.Point.OPTIMIZER);
      }
      ops.adam(
          param,
          grad,
          expAvg,
          expAvgSq,
          lr,
          beta1,
          beta2,
          eps,
          weightDecay,
          decoupled,
          adamStep,
          gradScale);
    }

    @Override
    public void sgd(
        Tensor param,
        Tensor grad,
        Tensor momentumBuffer,
        double lr,
        double momentum,
        double dampening,
        double weightDecay,
        boolean nesterov,
        boolean first,
        double gradScale) {
      ops.sgd(
          param,
          grad,
          momentumBuffer,
          lr,
          momentum,
          dampening,
          weightDecay,
          nesterov,
          first,
          gradScale);
    }
  }
}
