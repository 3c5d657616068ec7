using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// Emits, once an interface, the proxy that callers hold and one request class a method, with a typed field an argument: a call boxes nothing.
/// </summary>
internal static class ProxyEmitter
{
    private static readonly ConcurrentDictionary<Type, Lazy<Func<EmbeddedHost, GrainId, GrainReference>>> Factories = new();
    private static readonly Type[] ReferenceArguments = [typeof(EmbeddedHost), typeof(GrainId)];

    /// <summary>Gets what makes references by an interface.</summary>
    internal static Func<EmbeddedHost, GrainId, GrainReference> Factory(Type grainInterface)
    {
        return Factories.GetOrAdd(grainInterface, static type => new Lazy<Func<EmbeddedHost, GrainId, GrainReference>>(() => EmitProxy(type))).Value;
    }

    private static Func<EmbeddedHost, GrainId, GrainReference> EmitProxy(Type grainInterface)
    {
        var methods = GrainInterfaces.Methods(grainInterface).ToList();
        var module = DefineModule(grainInterface, methods);
        var proxy = module.DefineType($"{grainInterface.FullName}Proxy", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [grainInterface]);
        var constructor = EmitConstructor(proxy);
        for (var i = 0; i < methods.Count; i++)
        {
            EmitProxyMethod(proxy, methods[i], EmitRequest(module, grainInterface, methods[i], i));
        }

        var create = proxy.DefineMethod("Create", MethodAttributes.Public | MethodAttributes.Static, typeof(GrainReference), ReferenceArguments);
        var il = create.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
        return proxy.CreateType().GetMethod("Create")!.CreateDelegate<Func<EmbeddedHost, GrainId, GrainReference>>();
    }

    // The proxies use this assembly's internals, and interfaces that may themselves be internal: the runtime lets an assembly in that says so.
    private static ModuleBuilder DefineModule(Type grainInterface, List<MethodInfo> methods)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"MemoryRL.Embedded.Proxies.{grainInterface.FullName}"), AssemblyBuilderAccess.Run);
        var module = assembly.DefineDynamicModule("Proxies");
        var attribute = module.DefineType("System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public, typeof(Attribute));
        attribute.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]).GetILGenerator().Emit(OpCodes.Ret);
        var constructor = attribute.CreateType().GetConstructor([typeof(string)])!;
        var used = methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(type => type.GenericTypeArguments.Append(type))
            .Append(grainInterface).Append(typeof(ProxyEmitter));
        foreach (var name in used.Select(type => type.Assembly.GetName().Name!).Distinct())
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [name]));
        }

        return module;
    }

    private static ConstructorBuilder EmitConstructor(TypeBuilder proxy)
    {
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, ReferenceArguments);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, ReferenceArguments)!);
        il.Emit(OpCodes.Ret);
        return constructor;
    }

    private static void EmitProxyMethod(TypeBuilder proxy, MethodInfo method, ConstructorInfo request)
    {
        var parameters = method.GetParameters();
        var implementation = proxy.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            [.. parameters.Select(parameter => parameter.ParameterType)]);
        var il = implementation.GetILGenerator();
        var isOneWay = method.IsDefined(typeof(Orleans.Concurrency.OneWayAttribute));
        il.Emit(OpCodes.Ldarg_0);
        foreach (var parameter in parameters.Where(parameter => !IsToken(parameter)))
        {
            il.Emit(OpCodes.Ldarg, parameter.Position + 1);
            var travel = Travels.Of(parameter.ParameterType, parameter);
            if (travel != Travel.Freely)
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldc_I4, (int)travel);
                il.Emit(OpCodes.Call, Internal(typeof(Travels), nameof(Travels.Send)).MakeGenericMethod(parameter.ParameterType));
            }
        }

        il.Emit(OpCodes.Newobj, request);
        if (!isOneWay)
        {
            EmitToken(il, parameters);
        }

        EmitSend(il, method.ReturnType, isOneWay);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(implementation, method);
    }

    private static void EmitToken(ILGenerator il, ParameterInfo[] parameters)
    {
        if (Array.Find(parameters, IsToken) is { } token)
        {
            il.Emit(OpCodes.Ldarg, token.Position + 1);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(typeof(CancellationToken)));
        }
    }

    private static void EmitSend(ILGenerator il, Type returnType, bool isOneWay)
    {
        var result = GrainMethod.ResultType(returnType);
        if (result is not null && returnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
        {
            il.Emit(OpCodes.Newobj, typeof(GrainEnumerable<>).MakeGenericType(result).GetConstructors()[0]);
            return;
        }

        il.Emit(OpCodes.Call, isOneWay ? Internal(typeof(Sender), nameof(Sender.SendOneWay)) : Internal(typeof(Sender), nameof(Sender.Send)).MakeGenericMethod(result ?? typeof(Nothing)));
        if (returnType == typeof(ValueTask))
        {
            il.Emit(OpCodes.Newobj, typeof(ValueTask).GetConstructor([typeof(Task)])!);
        }
        else if (returnType.IsValueType)
        {
            il.Emit(OpCodes.Newobj, returnType.GetConstructor([typeof(Task<>).MakeGenericType(result!)])!);
        }
    }

    private static ConstructorInfo EmitRequest(ModuleBuilder module, Type grainInterface, MethodInfo method, int index)
    {
        var parent = RequestType(method.ReturnType);
        var request = module.DefineType($"{grainInterface.FullName}.{method.Name}Request{index}", TypeAttributes.Public | TypeAttributes.Sealed, parent);
        var described = request.DefineField("Described", typeof(GrainMethod), FieldAttributes.Public | FieldAttributes.Static);
        var describe = request.DefineMethod("get_Method", Overriding, typeof(GrainMethod), []);
        var il = describe.GetILGenerator();
        il.Emit(OpCodes.Ldsfld, described);
        il.Emit(OpCodes.Ret);
        request.DefineMethodOverride(describe, Getter(parent, "Method"));

        var fields = new Dictionary<int, FieldBuilder>();
        foreach (var parameter in method.GetParameters().Where(parameter => !IsToken(parameter)))
        {
            fields.Add(parameter.Position, request.DefineField($"_{parameter.Name}", parameter.ParameterType, FieldAttributes.Private));
        }

        EmitRequestConstructor(request, parent, fields.Values);
        EmitRequestCall(request, parent, method, fields);
        var type = request.CreateType();
        type.GetField("Described")!.SetValue(null, new GrainMethod(grainInterface, method));
        return type.GetConstructors()[0];
    }

    private static void EmitRequestConstructor(TypeBuilder request, Type parent, ICollection<FieldBuilder> fields)
    {
        var constructor = request.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [.. fields.Select(field => field.FieldType)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, parent.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [])!);
        foreach (var (i, field) in fields.Index())
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
    }

    private static void EmitRequestCall(TypeBuilder request, Type parent, MethodInfo method, Dictionary<int, FieldBuilder> fields)
    {
        var declared = Array.Find(parent.GetMethods(BindingFlags.Instance | BindingFlags.NonPublic), candidate => candidate.IsAbstract && candidate.Name is "Call" or "Open")!;
        var call = request.DefineMethod(declared.Name, Overriding, declared.ReturnType, [typeof(object)]);
        var il = call.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var parameter in method.GetParameters())
        {
            il.Emit(OpCodes.Ldarg_0);
            if (fields.TryGetValue(parameter.Position, out var field))
            {
                il.Emit(OpCodes.Ldfld, field);
            }
            else
            {
                il.Emit(OpCodes.Call, Getter(parent, "CalleeToken"));
            }
        }

        il.Emit(OpCodes.Callvirt, method);
        if (method.ReturnType != declared.ReturnType)
        {
            il.Emit(OpCodes.Newobj, declared.ReturnType.GetConstructor([method.ReturnType])!);
        }

        il.Emit(OpCodes.Ret);
        request.DefineMethodOverride(call, declared);
    }

    private const MethodAttributes Overriding = MethodAttributes.Assembly | MethodAttributes.Virtual | MethodAttributes.HideBySig;

    private static Type RequestType(Type returnType)
    {
        var result = GrainMethod.ResultType(returnType);
        return result is null ? typeof(VoidRequest)
            : returnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) ? typeof(EnumerableCall<>).MakeGenericType(result)
            : typeof(ValueRequest<>).MakeGenericType(result);
    }

    private static bool IsToken(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken);

    private static MethodInfo Getter(Type type, string name) => type.GetProperty(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetMethod!;

    private static MethodInfo Internal(Type type, string name) => type.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
