package io.troupe.actors.reward;

import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.reward.RewardSum;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Scores groups, a few at a time, on separate threads.
 *
 * <p>A sample is unscorable if its reward fails or exceeds the deadline. In the latter case the
 * thread is interrupted and abandoned, and another one continues with the next sample of the group.
 * The coordinator limits the number of queued groups. The actor fails when more than {@value
 * ScoringThreads#MAX_HUNG} threads are abandoned at once.
 */
public final class RewardActor {
  private static final int MAX_GROUPS_AT_ONCE = 2;

  /** Messages to the reward actor. */
  public sealed interface Command {}

  /** Score every sample of a group. */
  public record ScoreGroup(SampledGroup group, ActorRef<GroupScored> replyTo) implements Command {}

  private record SampleScored(Scoring scoring, Score score) implements Command {}

  private record SampleOverdue(Scoring scoring, int sampleIndex) implements Command {}

  /** Every sample of a group has a score, or a reason why it has none. */
  public record GroupScored(ScoredGroup group) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final RewardSum rewards;
  private final Duration deadline;
  private final ScoringThreads threads = new ScoringThreads();
  private final ArrayDeque<ScoreGroup> waiting = new ArrayDeque<>();
  private int numScoring;

  private RewardActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RewardSum rewards,
      Duration deadline) {
    this.context = context;
    this.timers = timers;
    this.rewards = rewards;
    this.deadline = deadline;
  }

  /**
   * Creates a reward actor.
   *
   * @param deadline for each sample
   */
  public static Behavior<Command> create(RewardSum rewards, Duration deadline) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RewardActor(context, timers, rewards, deadline).behavior()));
  }

  private Behavior<Command> behavior() {
    return Behaviors.receive(Command.class)
        .onAnyMessage(this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case ScoreGroup request -> waiting.add(request);
      case SampleScored(Scoring scoring, Score score) -> {
        if (!scoring.isAbandoned()) {
          next(scoring, score);
        }
      }
      case SampleOverdue(Scoring scoring, int sampleIndex) -> {
        if (!scoring.isAbandoned() && scoring.scores.size() == sampleIndex) {
          goOnWithout(scoring);
        }
      }
    }
    while (numScoring < MAX_GROUPS_AT_ONCE && !waiting.isEmpty()) {
      numScoring++;
      start(new Scoring(waiting.remove(), new ArrayList<>()));
    }
    return Behaviors.same();
  }

  private void start(Scoring scoring) {
    watch(scoring);
    threads.start(scoring);
  }

  private void watch(Scoring scoring) {
    timers.startSingleTimer(
        scoring.key(), new SampleOverdue(scoring, scoring.scores.size()), deadline);
  }

  private void next(Scoring scoring, Score score) {
    scoring.scores.add(score);
    if (scoring.isDone()) {
      finish(scoring);
    } else {
      watch(scoring);
    }
  }

  private void goOnWithout(Scoring hung) {
    String reward = hung.reward();
    threads.abandon(hung, reward);
    context
        .getLog()
        .warn(
            "group {}, sample {}: reward {} has not returned within {} (deadlines.reward)",
            hung.key(),
            hung.scores.size(),
            reward,
            deadline);
    hung.scores.add(new Score.Unscorable("timeout: " + reward));
    Scoring rest = new Scoring(hung.request, hung.scores);
    if (rest.isDone()) {
      finish(rest);
    } else {
      start(rest);
    }
  }

  private void finish(Scoring scoring) {
    timers.cancel(scoring.key());
    numScoring--;
    scoring
        .request
        .replyTo()
        .tell(new GroupScored(new ScoredGroup(scoring.request.group(), scoring.scores)));
  }

  private Behavior<Command> onStop() {
    threads.close();
    return Behaviors.same();
  }

  /** A group in scoring, from its first sample without a score. */
  private final class Scoring extends ScoringThreads.Work {
    private final ScoreGroup request;
    private final List<Score> scores; // used by the actor only
    private final int firstSample;

    Scoring(ScoreGroup request, List<Score> scores) {
      threads.super();
      this.request = request;
      this.scores = scores;
      this.firstSample = scores.size();
    }

    long key() {
      return request.group().spec().groupId();
    }

    boolean isDone() {
      return scores.size() == request.group().completions().size();
    }

    @Override
    protected void work() {
      SampledGroup group = request.group();
      for (int i = firstSample; i < group.completions().size() && !isAbandoned(); i++) {
        Score score =
            rewards.score(group.spec().prompt(), group.completions().get(i), this::starts);
        context.getSelf().tell(new SampleScored(this, score));
      }
    }
  }
}
