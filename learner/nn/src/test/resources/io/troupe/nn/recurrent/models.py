"""Writes models.safetensors: the recurrent models with random weights, their outputs and gradients.

Generated with PyTorch 2.13 and safetensors on a CPU. Run in this folder: python models.py
Computed in double precision from numbers that are exact in single precision.
"""
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from safetensors.torch import save_file

torch.manual_seed(14)
LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
LENGTHS = torch.tensor([4, 2, 7])
tensors = {}


class Classifier(nn.Module):
    def __init__(self, kind, layers, both):
        super().__init__()
        self.kind, self.both = kind, both
        setattr(self, kind, LAYERS[kind](5, 6, layers, batch_first=True, bidirectional=both))
        self.fc = nn.Linear(12 if both else 6, 3)

    def forward(self, x, lengths):
        if lengths is not None:
            x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        h = getattr(self, self.kind)(x)[1]
        h = h[0] if self.kind == "lstm" else h
        return self.fc(torch.cat([h[-2], h[-1]], 1) if self.both else h[-1])


class CharacterModel(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self.embedding = nn.Embedding(11, 5)
        setattr(self, kind, LAYERS[kind](5, 6, 2, batch_first=True))
        self.fc = nn.Linear(6, 11)

    def forward(self, ids, _):
        return self.fc(getattr(self, self.kind)(self.embedding(ids))[0])


def put(name, tensor):
    tensor = tensor.detach()
    tensors[name] = (tensor.float() if tensor.is_floating_point() else tensor.int()).contiguous().clone()


def case(name, model, x, lengths=None):
    model = model.double()
    for parameter in model.parameters():
        parameter.data = parameter.data.float().double()
    y = model(x, lengths)
    dy = torch.randn(y.shape).double()
    y.backward(dy)
    put(f"{name}.x", x), put(f"{name}.y", y), put(f"{name}.dy", dy)
    if lengths is not None:
        put(f"{name}.lengths", lengths)
    for key, parameter in model.named_parameters():
        put(f"{name}.param.{key}", parameter), put(f"{name}.grad.{key}", parameter.grad)


for kind in LAYERS:
    case(kind, Classifier(kind, 1, False), torch.randn(3, 7, 5).double())
    case(f"{kind}-both", Classifier(kind, 2, True), torch.randn(3, 7, 5).double(), LENGTHS)
    case(f"char-{kind}", CharacterModel(kind), torch.randint(0, 11, (2, 9)))
save_file(tensors, "models.safetensors")
