"""Engram networks of rate units with relu in JAX, compiled: the steps by `lax.scan`, `W` and `G` dense masked or BCOO."""

import json
import os
import pathlib

# One thread: XLA has a pool of its own, as large as the processors it may run on.
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402
from jax.experimental import sparse  # noqa: E402

VARIANTS = {"JAX dense": False, "JAX BCOO": True}


def program(name, folder):
    """The batches, and a function that trains on one and returns its loss."""
    folder = pathlib.Path(folder)
    m = json.loads((folder / "manifest.json").read_text())
    read = lambda name: numpy.fromfile(folder / name, "<f8").astype("f4")  # noqa: E731
    p = {group: jnp.asarray(read(f"parameters.{group}")) for group in m["groups"]}
    batches = read("batches").reshape(m["batches"]).swapaxes(1, 2)
    moments = [jax.tree.map(jnp.zeros_like, p) for _ in range(2)]
    step = compiled(m, p, moments, batches[0], VARIANTS[name])
    state = [p, moments, 0]

    def train(batch):
        state[2] += 1
        # In double precision: what is one less a power of nearly one would lose its digits in `f32`.
        bias = m["rates"][0] / (1 - 0.9 ** state[2]), (1 - 0.999 ** state[2]) ** 0.5
        loss, state[0], state[1] = step(state[0], state[1], bias, batch)
        return float(loss)

    return batches, train


def compiled(m, p, moments, batch, bcoo):
    neurons = m["neurons"]
    pre, post, sign = (numpy.array(m["connections"][key]) for key in ("pre", "post", "sign"))
    one, other = numpy.array(m["gap_junctions"]).T
    rows, columns = numpy.concatenate([one, other]), numpy.concatenate([other, one])
    inputs, inner, outputs = (numpy.array(m[key]) for key in ("input", "inner", "output"))
    sign = sign.astype("f4")

    def matrix(rows, columns, values):
        if bcoo:
            return sparse.BCOO((values, numpy.stack([rows, columns], 1)), shape=(neurons, neurons))
        return jnp.zeros((neurons, neurons)).at[rows, columns].set(values)

    def cost(p, batch):
        _, channels, samples = batch.shape
        leak = 0.5 * jax.nn.sigmoid(p["leak"])[:, None]
        bias = p["bias"][:, None]
        w = matrix(post, pre, sign * jnp.abs(p["recurrent"]))
        conductance = jnp.tile(jnp.abs(p["gap"]), 2)
        g = matrix(rows, columns, conductance)
        total = jnp.zeros(neurons).at[rows].add(conductance)[:, None]

        def step(state, drive):
            current = w @ jax.nn.relu(state) + g @ state - total * state + drive
            return state + leak * (current - state)

        map_in = jnp.zeros((neurons, channels)).at[inputs].set(p["input"].reshape(-1, channels))
        start = jnp.zeros((neurons, samples))
        state, _ = jax.lax.scan(lambda x, frame: (step(x, map_in @ frame + bias), None), start, batch)
        latent = p["encode"].reshape(-1, len(inner)) @ jax.nn.relu(state)[inner] + p["encode_bias"][:, None]
        state = start.at[inner].set(p["decode"].reshape(len(inner), -1) @ latent + p["decode_bias"][:, None])

        def decode(state, _):
            state = step(state, bias)
            return state, p["readout"].reshape(channels, -1) @ jax.nn.relu(state)[outputs] + p["readout_bias"][:, None]

        _, decoded = jax.lax.scan(decode, state, None, length=len(batch))
        return jnp.mean((decoded - batch) ** 2)

    def train(p, moments, bias, batch):
        size, root = bias
        loss, gradient = jax.value_and_grad(cost)(p, batch)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradient)
        p = jax.tree.map(lambda p, m, v: p - size * m / (jnp.sqrt(v) / root + 1e-8), p, first, second)
        return loss, p, [first, second]

    # Compiled before the clock starts; what a step consumes may be overwritten.
    return jax.jit(train, donate_argnums=(0, 1)).lower(p, moments, (1.0, 1.0), batch).compile()
