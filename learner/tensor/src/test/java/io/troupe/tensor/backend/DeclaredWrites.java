package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A backend for tests that checks each call of an operation: the operation must increment the
 * versions of the tensors that it writes, and must leave the versions and contents of all other
 * operands unchanged.
 */
final class DeclaredWrites {
  /** The operands that each operation writes. */
  static final Map<String, Set<String>> OPERANDS = new LinkedHashMap<>();

  static {
    writes("out", "fill copy binary scalar unary activation where swiglu reduce argmax softmax");
    writes("out", "logSoftmax matmul linear batchNorm conv2d convTranspose2d resample2d permute");
    writes("out", "addMatmul readRegion writeRegion addRegion embedding gather rotary");
    writes("out", "uniform normal dropout aggregateSum edgeScores edgeSoftmax");
    writes("out gate.out up.out", "linearAdd linearSwiglu");
    writes("layers[0].out layers[1].out", "linearLayers");
    writes("dx", "unaryGrad activationGrad softmaxGrad logSoftmaxGrad maxPool2dGrad");
    writes("dx", "aggregateMaxGrad");
    writes("target", "addScaled");
    writes("dGate dUp", "swigluGrad");
    writes("out mean rstd", "layerNorm groupNorm");
    writes("dx dWeight dBias", "layerNormGrad batchNormGrad groupNormGrad");
    writes("out rstd", "rmsNorm");
    writes("dx dWeight", "rmsNormGrad");
    writes("mean variance", "channelStatistics");
    writes("dWeight", "conv2dWeightGrad embeddingGrad");
    writes("out indices", "maxPool2d");
    writes("da", "gatherGrad");
    writes("out lse", "attention fullAttention");
    writes("dq dk dv", "attentionGrad");
    writes("dq dk dv dBias", "fullAttentionGrad");
    writes("out pages.keys pages.values", "pagedAttention");
    writes("tokenIds logProbs", "mostLikely topLogProbs");
    writes("logProbs lse entropy meanLogProb", "tokenLogProbs");
    writes("dLogits", "tokenLogProbsGrad");
    writes("param expAvg expAvgSq", "adam");
    writes("param momentumBuffer", "sgd");
    writes("dWeights", "aggregateSumWeightGrad");
    writes("out ties", "aggregateMax");
    writes("dOfRows dOfColumns", "edgeScoresGrad");
    writes("dScores", "edgeSoftmaxGrad");
    writes("r.gates r.states r.cells r.fromHidden", "recurrence");
    writes("dGates dProducts dState dCell", "recurrenceGrad");
    writes("scores", "penalizeRepetition penalizeOccurrences addBiases forbid allowOnly");
    writes("", "sumSquares sumSquaresOfAll sumBlock draw drawFromTopK top storePacked");
  }

  private DeclaredWrites() {}

  private static void writes(String operands, String operations) {
    for (String operation : operations.split(" ")) {
      OPERANDS.put(
          operation, operands.isEmpty() ? Set.of() : Set.copyOf(List.of(operands.split(" "))));
    }
  }

  /** The operation groups of a backend by the methods that return them. */
  static List<Method> groups() {
    return Arrays.stream(Backend.class.getDeclaredMethods())
        .filter(method -> method.getReturnType().getPackage() == Backend.class.getPackage())
        .filter(method -> method.getParameterCount() == 0)
        .toList();
  }

  /** Returns a backend that checks every call. */
  static Backend checked(Backend backend) {
    Map<Method, Object> groups = new LinkedHashMap<>();
    for (Method group : groups()) {
      groups.put(group, proxy(group.getReturnType(), call(group, backend)));
    }
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (_, method, args) ->
                groups.containsKey(method) ? groups.get(method) : call(method, backend, args));
  }

  private static Object proxy(Class<?> type, Object group) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (_, method, args) -> checkedCall(method, group, args));
  }

  private static Object checkedCall(Method method, Object group, Object[] args) throws Exception {
    Set<String> written = OPERANDS.get(method.getName());
    if (written == null) {
      throw new AssertionError("add " + method.getName() + " to the table of this class");
    }
    Map<String, Tensor> operands = operands(method, args);
    Map<String, Integer> versions = new LinkedHashMap<>();
    Map<String, double[]> contents = new LinkedHashMap<>();
    operands.forEach(
        (name, tensor) -> {
          versions.put(name, tensor.storage().version());
          contents.put(name, tensor.toDoubles());
        });
    Object result = call(method, group, args);
    operands.forEach(
        (name, tensor) -> {
          boolean grown = tensor.storage().version() > versions.get(name);
          boolean isWritten =
              operands.entrySet().stream()
                  .anyMatch(
                      e ->
                          written.contains(e.getKey())
                              && e.getValue().storage() == tensor.storage());
          if (grown != isWritten) {
            throw new AssertionError(
                method.getName() + (grown ? " must not" : " must") + " count a write to " + name);
          }
          if (!isWritten && !Arrays.equals(contents.get(name), tensor.toDoubles())) {
            throw new AssertionError(method.getName() + " must not modify " + name);
          }
        });
    return result;
  }

  private static Map<String, Tensor> operands(Method method, Object[] args) throws Exception {
    Map<String, Tensor> operands = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      addOperands(operands, method.getParameters()[i].getName(), args[i]);
    }
    return operands;
  }

  private static void addOperands(Map<String, Tensor> operands, String name, Object argument)
      throws Exception {
    if (argument instanceof Tensor tensor) {
      operands.put(name, tensor);
    } else if (argument instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        addOperands(operands, name + "[" + i + "]", list.get(i));
      }
    } else if (argument instanceof KvPages
        || argument instanceof LinearLayer
        || argument instanceof RotaryAngles
        || argument instanceof Recurrence) {
      for (RecordComponent component : argument.getClass().getRecordComponents()) {
        if (component.getAccessor().invoke(argument) instanceof Tensor tensor) {
          operands.put(name + "." + component.getName(), tensor);
        }
      }
    }
  }

  private static Object call(Method method, Object target, Object... args) {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
