"""Engram networks in PyTorch: `Network` for every setting, as the equations stand; the others for speed, rate units with relu only.

States are (neurons, batch); a batch is (step, channel, sample).
"""

import json
import pathlib

import numpy
import torch

GAIN = 0.5  # of the leak: the time constant is at least two steps


class State:
    """What `--export` of the bench wrote."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.manifest = json.loads((self.folder / "manifest.json").read_text())
        self.type = torch.float64 if self.manifest["double"] else torch.float32

    def read(self, name):
        return torch.from_numpy(numpy.fromfile(self.folder / name, "<f8")).to(self.type)

    def groups(self, name):
        return {group: self.read(f"{name}.{group}") for group in self.manifest["groups"]}

    def batches(self):
        """All batches, each (step, channel, sample)."""
        return self.read("batches").reshape(self.manifest["batches"]).transpose(1, 2).contiguous()


class Network:
    """The equations as they stand, over dense masked matrices."""

    def __init__(self, manifest, parameters):
        self.m, self.c = manifest, manifest["config"]
        self.p = {name: torch.nn.Parameter(values) for name, values in parameters.items()}
        self.neurons = manifest["neurons"]
        connections = manifest["connections"]
        self.pre, self.post = (torch.tensor(connections[key]) for key in ("pre", "post"))
        self.sign = torch.tensor(connections["sign"], dtype=self.p["bias"].dtype)
        one, other = torch.tensor(manifest["gap_junctions"]).T
        self.gap_rows, self.gap_columns = torch.cat([one, other]), torch.cat([other, one])
        self.input, self.inner, self.output = (torch.tensor(manifest[key]) for key in ("input", "inner", "output"))
        self.kept = torch.tensor(manifest["kept"] or [], dtype=torch.int64)
        self.reset = torch.tensor([i for i in manifest["inner"] if i not in set(manifest["kept"] or [])])
        self.update = self.optimiser()

    def zeros(self, *shape):
        return torch.zeros(*shape, dtype=self.sign.dtype)

    def dense(self, rows, columns, values):
        flat = self.zeros(self.neurons * self.neurons)
        return flat.index_copy(0, rows * self.neurons + columns, values).view(self.neurons, self.neurons)

    def strength(self, raw):
        kind = self.c["weights"]
        if kind == "modulus":
            return raw.abs()
        # Not `clamp`: at zero the slope is to be that to the right.
        return torch.logaddexp(raw, torch.zeros_like(raw)) if kind == "softplus" else torch.where(raw < 0, 0, raw)

    def rate(self, state):
        kind = self.c["activation"]
        if kind in ("relu", "tanh_relu"):
            rate = torch.relu(state)
            return rate if kind == "relu" else torch.tanh(rate)
        return torch.logaddexp(state, torch.zeros_like(state)) if kind == "softplus" else torch.sigmoid(state)

    def weights(self):
        """Strengths of connections under their signs; free ones as they are."""
        raw = self.p["recurrent"]
        return torch.where(self.sign == 0, raw, self.sign * self.strength(raw))

    def prepare(self):
        weights = self.weights()
        self.leak = (GAIN * torch.sigmoid(self.p["leak"])).unsqueeze(1)
        self.w = self.dense(self.post, self.pre, weights)
        # A liquid cell's conductances.
        self.up, self.down = (self.dense(self.post, self.pre, weights * sign * (self.sign == sign)) for sign in (1, -1))
        self.g = self.dense(self.gap_rows, self.gap_columns, self.strength(self.p["gap"]).repeat(2))
        self.total = self.g.sum(1, keepdim=True)

    def step(self, state, drive):
        rate, leak = self.rate(state), self.leak
        if self.c["cell"] == "rate":
            current = self.w @ rate + self.g @ state - self.total * state + drive
            return (1 - leak) * state + leak * current
        up, down = self.up @ rate, self.down @ rate
        rise, fall = (self.p[f"reversal_{kind}"].abs().unsqueeze(1) for kind in ("excitatory", "inhibitory"))
        current = up * rise - down * fall + self.g @ state + drive
        return (state + leak * current) / (1 + leak * (1 + self.total + up + down))

    def cost(self, batch):
        """What the gradient is of."""
        p, samples = self.p, batch.shape[2]
        self.prepare()
        map_in = self.zeros(self.neurons, batch.shape[1])
        map_in = map_in.index_copy(0, self.input, p["input"].view(-1, batch.shape[1]))
        bias, state, rates = p["bias"].unsqueeze(1), self.zeros(self.neurons, samples), []
        for frame in batch:
            state = self.step(state, map_in @ frame + bias)
            rates.append(self.rate(state))
        start = self.zeros(self.neurons, samples)
        if self.m["kept"] is None:
            latent = p["encode"].view(-1, len(self.inner)) @ rates[-1][self.inner] + p["encode_bias"].unsqueeze(1)
            inner = p["decode"].view(-1, len(latent)) @ latent + p["decode_bias"].unsqueeze(1)
            state = start.index_copy(0, self.inner, inner)
        else:
            latent = state[self.kept]
            start = start.index_copy(0, self.reset, p["decode_bias"].unsqueeze(1).expand(-1, samples))
            state = start.index_copy(0, self.kept, latent)
        outputs = []
        for _ in batch:
            state = self.step(state, bias.expand(-1, samples))
            rates.append(self.rate(state))
            outputs.append(p["readout"].view(-1, len(self.output)) @ rates[-1][self.output])
        outputs = torch.stack(outputs) + p["readout_bias"].unsqueeze(1)
        if self.c["loss"] == "soft_xor":
            loss = (0.5 * (1 - batch * torch.tanh(0.5 * outputs))).mean()
        else:
            loss = torch.nn.functional.mse_loss(outputs, batch)
        return loss + self.penalties(latent, torch.stack(rates))

    def penalties(self, latent, rates):
        factor = self.c["penalties"]
        maps = [self.weights(), *(self.p[name] for name in ("input", "encode", "decode", "readout"))]
        return (
            factor["nonnegativity"] * torch.relu(-latent).sum(0).mean()
            + factor["latent_energy"] * latent.square().sum(0).mean()
            + factor["weight_energy"] * sum(values.square().sum() for values in maps)
            + factor["rate_energy"] * rates.square().mean()
            + factor["homeostasis"] * (rates.mean(0) - factor["target_rate"]).square().mean()
        )

    def loss_and_gradient(self, batch):
        for values in self.p.values():
            values.grad = None
        loss = self.cost(batch)
        loss.backward()
        return loss.item()

    def gradients(self):
        """Of every group; zero where the cost does not depend on it."""
        return {name: torch.zeros_like(v) if v.grad is None else v.grad.clone() for name, v in self.p.items()}

    def optimiser(self):
        """Adam; connections and gap junctions by the exponentiated gradient, or projected, where they are to be."""
        additive, multiplicative = self.m["rates"]
        kind = self.c["weights"]
        strengths = [self.p["recurrent"], self.p["gap"]]
        moved = [v for v in self.p.values() if kind != "exponentiated" or all(v is not s for s in strengths)]
        adam = torch.optim.Adam(moved, lr=additive, betas=(0.9, 0.999), eps=1e-8)

        def update():
            adam.step()
            with torch.no_grad():
                if kind == "exponentiated":
                    limit = numpy.log(2)
                    for values in strengths:
                        values *= torch.exp((-multiplicative * values.grad).clamp(-limit, limit))
                elif kind == "projected":
                    for values in strengths:
                        values.clamp_(min=0)

        return update

    def train(self, batch):
        loss = self.loss_and_gradient(batch)
        self.update()
        return loss


class Dense(Network):
    """For speed: `W` and `G` dense, one fused product each per step; the input of all steps is one product, and so is the read-out."""

    def prepare(self):
        self.w = self.dense(self.post, self.pre, self.weights())
        g = self.dense(self.gap_rows, self.gap_columns, self.p["gap"].abs().repeat(2))
        self.g = g - torch.diag(g.sum(1))

    def step(self, state, drive):
        drive = torch.addmm(drive, self.w, torch.relu(state))
        return torch.lerp(state, torch.addmm(drive, self.g, state), self.leak)

    def cost(self, batch):
        p, (_, channels, samples) = self.p, batch.shape
        self.leak = GAIN * torch.sigmoid(p["leak"]).unsqueeze(1)
        bias = p["bias"].unsqueeze(1)
        self.prepare()
        map_in = self.zeros(self.neurons, channels).index_copy(0, self.input, p["input"].view(-1, channels))
        state = self.zeros(self.neurons, samples)
        for drive in (torch.matmul(map_in, batch) + bias).unbind():
            state = self.step(state, drive)
        held = torch.relu(state)[self.inner]
        latent = torch.addmm(p["encode_bias"].unsqueeze(1), p["encode"].view(-1, len(held)), held)
        inner = torch.addmm(p["decode_bias"].unsqueeze(1), p["decode"].view(-1, len(latent)), latent)
        state = self.zeros(self.neurons, samples).index_copy(0, self.inner, inner)
        drive = bias.expand(-1, samples)
        rates = []
        for _ in batch:
            state = self.step(state, drive)
            rates.append(torch.relu(state)[self.output])
        outputs = torch.matmul(p["readout"].view(channels, -1), torch.stack(rates)) + p["readout_bias"].unsqueeze(1)
        return torch.nn.functional.mse_loss(outputs, batch)


class Folded(Dense):
    """Leak and gap junctions folded into one matrix: a step is two matrix products and an activation."""

    def prepare(self):
        self.w = self.leak * self.dense(self.post, self.pre, self.weights())
        g = self.dense(self.gap_rows, self.gap_columns, self.p["gap"].abs().repeat(2))
        keep = (1.0 - self.leak.squeeze(1)) - self.leak.squeeze(1) * g.sum(1)
        self.linear = self.leak * g + torch.diag(keep)

    def step(self, state, drive):
        drive = torch.addmm(self.leak * drive, self.w, torch.relu(state))
        return torch.addmm(drive, self.linear, state)


class DenseTransposed(Dense):
    """States (batch, neurons)."""

    def prepare(self):
        self.w = self.dense(self.pre, self.post, self.weights())
        g = self.dense(self.gap_rows, self.gap_columns, self.p["gap"].abs().repeat(2))
        self.g = g - torch.diag(g.sum(1))

    def cost(self, batch):
        p, (_, channels, samples) = self.p, batch.shape
        self.leak = GAIN * torch.sigmoid(p["leak"])
        self.prepare()
        map_in = self.zeros(self.neurons, channels).index_copy(0, self.input, p["input"].view(-1, channels))
        state = self.zeros(samples, self.neurons)
        for drive in (torch.matmul(batch.transpose(1, 2), map_in.T) + p["bias"]).unbind():
            state = self.step(state, drive)
        held = torch.relu(state)[:, self.inner]
        latent = torch.addmm(p["encode_bias"], held, p["encode"].view(-1, held.shape[1]).T)
        inner = torch.addmm(p["decode_bias"], latent, p["decode"].view(-1, latent.shape[1]).T)
        state = self.zeros(samples, self.neurons).index_copy(1, self.inner, inner)
        rates = []
        for _ in batch:
            state = self.step(state, p["bias"])
            rates.append(torch.relu(state)[:, self.output])
        outputs = torch.matmul(torch.stack(rates), p["readout"].view(channels, -1).T) + p["readout_bias"]
        return torch.nn.functional.mse_loss(outputs.transpose(1, 2), batch)

    def step(self, state, drive):
        drive = torch.addmm(drive, torch.relu(state), self.w)
        return torch.lerp(state, torch.addmm(drive, state, self.g), self.leak)


class Product(torch.autograd.Function):
    """Sparse matrix times signal. The gradient of the weights is a product sampled at the pattern: PyTorch's own, by autograd, is slower."""

    @staticmethod
    def forward(context, pattern, values, signal):
        context.pattern = pattern
        context.save_for_backward(values, signal)
        return pattern.forward(values) @ signal

    @staticmethod
    def backward(context, adjoint):
        values, signal = context.saved_tensors
        pattern = context.pattern
        gradient = torch.sparse.sampled_addmm(pattern.zero, adjoint, signal.T, beta=0.0).values()
        return None, gradient, pattern.backward(values) @ adjoint


class Pattern:
    """A square sparse matrix, by row and by column."""

    def __init__(self, rows, columns, neurons):
        self.neurons = neurons
        self.order = torch.argsort(columns * neurons + rows)
        self.by_row = self.offsets(rows), columns
        self.by_column = self.offsets(columns), rows[self.order]
        self.zero = self.forward(torch.zeros(len(rows)))

    def offsets(self, major):
        counts = torch.bincount(major, minlength=self.neurons)
        return torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])

    def matrix(self, offsets, minor, values):
        return torch.sparse_csr_tensor(offsets, minor, values, (self.neurons, self.neurons), check_invariants=False)

    def forward(self, values):
        return self.matrix(*self.by_row, values)

    def backward(self, values):
        return self.matrix(*self.by_column, values[self.order])


class Sparse(Dense):
    """`W` and `G` as CSR matrices."""

    def __init__(self, manifest, parameters):
        super().__init__(manifest, parameters)
        self.gap_order = torch.argsort(self.gap_rows * self.neurons + self.gap_columns)
        self.gap_rows, self.gap_columns = self.gap_rows[self.gap_order], self.gap_columns[self.gap_order]
        self.chemical = Pattern(self.post, self.pre, self.neurons)
        self.electrical = Pattern(self.gap_rows, self.gap_columns, self.neurons)

    def prepare(self):
        self.w = self.weights()
        self.g = self.p["gap"].abs().repeat(2)[self.gap_order]
        self.total = self.zeros(self.neurons).index_add(0, self.gap_rows, self.g).unsqueeze(1)

    def product(self, pattern, values, signal):
        return Product.apply(pattern, values, signal)

    def step(self, state, drive):
        drive = drive + self.product(self.chemical, self.w, torch.relu(state))
        drive = drive + self.product(self.electrical, self.g, state) - self.total * state
        return torch.lerp(state, drive, self.leak)


class SparseAutograd(Sparse):
    """The same, with PyTorch's own gradient."""

    def product(self, pattern, values, signal):
        return torch.sparse.mm(pattern.forward(values), signal)


VARIANTS = {
    "PyTorch dense": Dense,
    "PyTorch dense, (batch, neurons)": DenseTransposed,
    "PyTorch dense, folded": Folded,
    "PyTorch sparse CSR": Sparse,
    "PyTorch sparse CSR, autograd": SparseAutograd,
}


def program(name, folder):
    """The batches, and a function that trains on one and returns its loss."""
    torch.set_num_threads(1)
    torch.sparse.check_sparse_tensor_invariants.disable()
    state = State(folder)
    return state.batches(), VARIANTS[name](state.manifest, state.groups("parameters")).train
