"""Writes recurrent.safetensors: RNN, LSTM and GRU with all gradients.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python recurrent.py
Computed in double precision from numbers that are exact in single precision. Cases with lengths go
through pack_padded_sequence and pad_packed_sequence.
"""
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from safetensors.torch import save_file

torch.manual_seed(13)
tensors = {}
BATCH, TIME, INPUT, HIDDEN = 3, 5, 4, 6
LENGTHS = torch.tensor([3, 5, 1])


def values(*sizes):
    return torch.randn(sizes).double()


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.is_floating_point() else tensor.int()).contiguous().clone()


def case(name, kind, initial=False, lengths=None, **options):
    options.setdefault("batch_first", True)
    layer = kind(INPUT, HIDDEN, **options).double()
    for parameter in layer.parameters():
        parameter.data = parameter.data.float().double()
    shape = (BATCH, TIME, INPUT) if options["batch_first"] else (TIME, BATCH, INPUT)
    x = values(*shape).requires_grad_()
    states = []
    if initial:
        count = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
        number = 2 if kind is nn.LSTM else 1
        states = [values(count, BATCH, HIDDEN).requires_grad_() for _ in range(number)]
    given = (tuple(states) if kind is nn.LSTM else states[0]) if initial else None
    if lengths is None:
        y, last = layer(x, given)
    else:
        packed = pack_padded_sequence(x, lengths, options["batch_first"], enforce_sorted=False)
        packed, last = layer(packed, given)
        y, _ = pad_packed_sequence(packed, options["batch_first"], total_length=TIME)
    last = last if kind is nn.LSTM else (last,)
    dy, dlast = values(*y.shape), [values(*s.shape) for s in last]
    torch.autograd.backward([y, *last], [dy, *dlast])
    put(f"{name}.x", x), put(f"{name}.dx", x.grad), put(f"{name}.y", y), put(f"{name}.dy", dy)
    for key, state, gradient in zip("hc", last, dlast):
        put(f"{name}.{key}n", state), put(f"{name}.d{key}n", gradient)
    for key, state in zip("hc", states):
        put(f"{name}.{key}0", state), put(f"{name}.d{key}0", state.grad)
    for key, parameter in layer.named_parameters():
        put(f"{name}.param.{key}", parameter), put(f"{name}.grad.{key}", parameter.grad)


for word, kind, more in (("rnn", nn.RNN, {}), ("relu", nn.RNN, {"nonlinearity": "relu"}),
                         ("lstm", nn.LSTM, {}), ("gru", nn.GRU, {})):
    case(f"{word}", kind, **more)
    case(f"{word}_state", kind, initial=True, batch_first=False, **more)
    case(f"{word}_no_bias", kind, initial=True, bias=False, **more)
    case(f"{word}_deep", kind, initial=True, num_layers=2, bidirectional=True, **more)
    case(f"{word}_lengths", kind, initial=True, lengths=LENGTHS, **more)
    case(f"{word}_both_lengths", kind, lengths=LENGTHS, num_layers=2, bidirectional=True, **more)
save_file(tensors, "recurrent.safetensors")
