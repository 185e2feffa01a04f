"""Learning rates of torch.optim.lr_scheduler, steps of torch.optim, and averaged weights.

Written with torch 2.13.0. Run in this folder: python supervised.py
writes lr_schedulers.json, optimizers.json and averages.json. Optimizers and averages are computed in
double precision from numbers that are exact in single precision.
"""

import json

import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.set_num_threads(1)
LEARNING_RATE, STEPS = 0.3, 100


SCHEDULERS = [
    ("step", 0, dict(stepSize=13, gamma=0.5), lambda o: lr_scheduler.StepLR(o, 13, 0.5)),
    ("step", 8, dict(stepSize=13, gamma=0.5), lambda o: warmed_up(o, 8, lr_scheduler.StepLR(o, 13, 0.5))),
    ("multi-step", 0, dict(milestones=[10, 11, 60], gamma=0.1),
     lambda o: lr_scheduler.MultiStepLR(o, [10, 11, 60], 0.1)),
    ("cosine-annealing", 0, dict(tMax=0, etaMin=0.0), lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS)),
    ("cosine-annealing", 0, dict(tMax=30, etaMin=0.02), lambda o: lr_scheduler.CosineAnnealingLR(o, 30, 0.02)),
    ("one-cycle", 0, dict(pctStart=0.3, divFactor=25.0, finalDivFactor=1e4),
     lambda o: lr_scheduler.OneCycleLR(o, LEARNING_RATE, STEPS, cycle_momentum=False)),
    ("one-cycle", 0, dict(pctStart=0.12, divFactor=3.0, finalDivFactor=7.0),
     lambda o: lr_scheduler.OneCycleLR(o, LEARNING_RATE, STEPS, pct_start=0.12, div_factor=3,
                                       final_div_factor=7, cycle_momentum=False)),
]  # fmt: skip


def warmed_up(optimizer, steps, schedule):
    warm_up = lr_scheduler.LambdaLR(optimizer, lambda step: step / steps)
    return lr_scheduler.SequentialLR(optimizer, [warm_up, schedule], milestones=[steps])


def rates():
    rows = []
    for kind, warmup, options, make in SCHEDULERS:
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=LEARNING_RATE)
        schedule = make(optimizer)
        row = []
        for step in range(STEPS):
            row.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if step < STEPS - 1:
                schedule.step()
        rows.append(dict(kind=kind, warmup=warmup, options=options, rates=row))
    return dict(learningRate=LEARNING_RATE, totalSteps=STEPS, schedules=rows)


def flat(tensor):
    return tensor.detach().double().flatten().tolist()


def optimizers():
    torch.manual_seed(21)
    weight, bias, last = (torch.randn(3, 4), torch.randn(3), torch.randn(2, 3))
    grads = [[torch.randn_like(p) for p in (weight, bias, last)] for _ in range(12)]
    runs = []

    def run(kind, on, make):
        parameters = [p.double().requires_grad_() for p in (weight, bias, last)]
        optimizer = make(parameters)
        for step in grads:
            for p, g in zip(parameters, step):
                p.grad = g.double()
            optimizer.step()
        runs.append(dict(kind=kind, on=on, parameters=[flat(p) for p in parameters]))

    def first_alone(p):
        return [dict(params=p[:2], weight_decay=0.1), dict(params=p[2:], weight_decay=0)]

    O = torch.optim
    run("sgd", "all", lambda p: O.SGD(p, lr=0.1, weight_decay=0.1))
    run("sgd-momentum", "all", lambda p: O.SGD(p, lr=0.1, momentum=0.9, dampening=0.2, weight_decay=0.1))
    run("sgd-nesterov", "all", lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1))
    run("adam", "all", lambda p: O.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))
    run("adamw", "all", lambda p: O.AdamW(p, lr=0.01, weight_decay=0.1))
    run("adam", "conv1.", lambda p: O.Adam(first_alone(p), lr=0.01, betas=(0.8, 0.95), eps=1e-6))
    run("sgd-momentum", "conv1.", lambda p: O.SGD(first_alone(p), lr=0.1, momentum=0.9, dampening=0.2))
    return dict(
        start=[flat(p) for p in (weight, bias, last)],
        grads=[[flat(g) for g in step] for step in grads], runs=runs,
    )  # fmt: skip


def averages():
    torch.manual_seed(22)
    module = torch.nn.Linear(3, 2).double()
    module.weight.data = module.weight.data.float().double()
    averaged = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    steps, means, ramped = [], [], []
    shadow = module.weight.detach().clone()
    for n in range(1, 8):
        module.weight.data = torch.randn(2, 3).double()
        averaged.update_parameters(module)
        # diffusers' EMAModel: decay (1 + step) / (10 + step) on its way up, 0 in the first update
        step = n - 1
        decay = 0 if step == 0 else min(0.3, (1 + step) / (10 + step))
        shadow.sub_((1 - decay) * (shadow - module.weight.detach()))
        steps.append(flat(module.weight))
        means.append(flat(averaged.module.weight))
        ramped.append(flat(shadow))
    return dict(steps=steps, constant=means, ramped=ramped)


json.dump(rates(), open("lr_schedulers.json", "w"), indent=1)
json.dump(optimizers(), open("optimizers.json", "w"), indent=1)
json.dump(averages(), open("averages.json", "w"), indent=1)
