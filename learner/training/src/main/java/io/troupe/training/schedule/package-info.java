/**
 * Learning rates over a run, with the numbers of transformers' {@code get_*_schedule_with_warmup}
 * and of {@code torch.optim.lr_scheduler}. {@link io.troupe.training.schedule.LearningRateSchedule}
 * is a function of the step alone, so a resumed run needs only its step.
 */
package io.troupe.training.schedule;
